"""Programs that come after the first installation: the engine, and newer versions of the app. All of it signed.

`entering` chooses the version that runs, `engine_fetch` and `app_update` bring what is new, `repository` checks who
says so. No Qt here, and nothing that runs without being asked.
"""
