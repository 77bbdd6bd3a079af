"""What series of many months say: areas through time, and revisions; pure functions, frames in and frames out."""
