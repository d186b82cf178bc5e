-- Roles with the least privilege.  `donthu roles` makes the roles; this is run
-- by `donthu init` at its end where the configuration names the role that serves
-- ([donthu] service_role), by `donthu roles`, or by hand as a superuser in the
-- database, after each upgrade:
--
--     psql -d donthu -v owner=donthu_owner -v service=donthu -f roles.sql
--
-- :owner   owns the tables; `donthu init` and `donthu keys` connect as this one
-- :service serves: it reads and writes, but changes no table, drops no trigger,
--          and can neither change nor remove what is on record
--
-- It can be repeated; both roles must exist (createuser).

\set ON_ERROR_STOP on

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"service";
REVOKE CREATE ON SCHEMA public FROM :"service";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public
    TO :"service";
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO :"service";

-- The audit grows; nothing of it is changed or removed.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, audit_seal, audit_anchor,
    audit_period FROM :"service";
-- Nobody turns the numbers of the entries back.
REVOKE UPDATE ON SEQUENCE audit_entry_id_seq, audit_seal_id_seq,
    audit_period_seq FROM :"service";
GRANT USAGE, SELECT ON SEQUENCE audit_entry_id_seq, audit_seal_id_seq,
    audit_period_seq TO :"service";
-- Which keys there are is noted by the upgrade alone.
REVOKE INSERT, UPDATE, DELETE ON audit_key FROM :"service";
-- What was asked and opened stays on record.
REVOKE DELETE, TRUNCATE ON complaints_opening, complaints_identity,
    complaints_original FROM :"service";

ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO :"service";
