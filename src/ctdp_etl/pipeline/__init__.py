"""The steps, one file each: the only place where the rooms meet (GSBPM 4 to 7)."""
