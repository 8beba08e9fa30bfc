"""Published models as they stand in print, free of the engine: what the enrolled rules call and the tests compare.

One file a subject. Functions take plain numbers or arrays that broadcast; none knows a run, a firm or a parameter of
a scenario. `docs/validation.md` says which published figures they reproduce.
"""
