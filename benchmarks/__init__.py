"""The work measured beside what else would be written, as ratios in one run."""
