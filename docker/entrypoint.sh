#!/bin/sh
# One image, many words: serve, work, migrate, and every other command.
set -eu
exec python -P -m app "$@"
