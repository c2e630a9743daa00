-- Step-up: more than so much leaves an account only with a second factor of its owner.
--
-- A setting as floor and ceiling are: versions by event number, null where there is none, which is what all rows so far
-- have. A process of the version before neither writes nor reads it.

alter table bahi.account_setting add column step_up_above bigint,
  add constraint step_up_is_above_nothing_or_more check (step_up_above >= 0);
comment on column bahi.account_setting.step_up_above is 'How much a transfer may take from this account without a second factor of its owner, minor units; null: any amount.';
