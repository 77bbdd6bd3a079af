"""How a warehouse becomes one of the newest version; what was released here is never changed."""
