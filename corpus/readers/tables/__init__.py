"""Tables of posts or signatures, whatever their columns are called."""
