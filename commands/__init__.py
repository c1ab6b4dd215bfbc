"""The commands that stand apart from `cli`, what may be typed after their names, and what a terminal sees."""
