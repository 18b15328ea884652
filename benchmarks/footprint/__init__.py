"""Parts of app_footprint: a desktop of its own, what processes take, and the programs that are measured."""
