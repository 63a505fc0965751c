"""Many files and many departments: `engine` shares work out (processes, Dask), `tasks` is what a worker does, `volumes` 分册.

May import all that one file needs, and the exports; nothing of verbs or screens. A new piece of work for many: a task in
`tasks`, run by `engine`.
"""
