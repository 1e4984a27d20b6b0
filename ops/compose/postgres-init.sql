-- Run once, by the Postgres image, when its volume is new: a role and its databases for each of the two that store here.
-- Passwords come from the secrets that are mounted, so that they are in no environment and on no command line.
\set temporal_password `cat /run/secrets/temporal_db_password`
\set pagewright_password `cat /run/secrets/pagewright_db_password`

CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT ON DATABASE temporal, temporal_visibility FROM PUBLIC;

CREATE ROLE pagewright LOGIN PASSWORD :'pagewright_password';
CREATE DATABASE pagewright OWNER pagewright;
REVOKE CONNECT ON DATABASE pagewright FROM PUBLIC;
