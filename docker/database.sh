#!/bin/sh
# The role that the site and the workers connect as. Not the image's own one, which is a superuser: policies that keep
# tenants apart would not hold for it.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 --set password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE notionhub LOGIN PASSWORD :'password' NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE notionhub OWNER notionhub;
SQL
