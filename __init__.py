"""forum-pulse: how many people back this, what do people push back on, and why?"""

__version__ = "0.1.0"
