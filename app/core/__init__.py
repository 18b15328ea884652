"""What the app knows and decides, without Qt or torch: wishes, gates, schedule, engine supervision, earnings, settings.

Decisions are pure functions of frozen values; `supervisor.py` is the one place where they meet clocks and processes.
"""
