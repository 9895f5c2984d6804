"""One YAML file and the environment in, one frozen `Settings` or all problems at once out.

`load.load` is the door, `schema.Settings` the value; `serve`, `check` and `config` come here.
"""
