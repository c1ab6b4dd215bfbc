"""Stack Exchange dumps and Stack Overflow for Teams."""
