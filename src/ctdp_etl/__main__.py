"""``python -m ctdp_etl`` is ``ctdp``."""

from ctdp_etl.cli import main

if __name__ == "__main__":
    main()
