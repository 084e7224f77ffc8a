#!/bin/sh
# Run once by the database image: the same two logins and extensions that the embedded server has.
set -eu
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
  --set=owner_password="$POSTGRES_PASSWORD" --set=app_password="$APP_PASSWORD" <<'SQL'
create role pobratym_owner login password :'owner_password';
create role pobratym_app login password :'app_password';
alter database pobratym owner to pobratym_owner;
create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gist;
SQL
