-- Which accounts had their settings changed since an event: a process that hears that others touched an account keeps what it
-- knows of it but the totals, unless it is among these. Of openings, which make the first row of an account, the index knows
-- nothing, so it is as long as there were changes.
create index account_setting_changed on bahi.account_setting (ledger_id, number) where number > account_id;
