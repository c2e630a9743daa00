-- Over-capture: captures may take more than a hold reserves, up to a percentage that the payer's account states.
--
-- A setting as floor and ceiling are: versions by event number, null where there is none, which is what all rows so far
-- have. A process of the version before neither writes nor reads it.

alter table bahi.account_setting add column over_capture_bps integer,
  add constraint over_capture_is_at_most_the_hold check (over_capture_bps between 1 and 10000);
comment on column bahi.account_setting.over_capture_bps is 'How much more than a hold on this payer its captures may take, basis points of the hold; null: nothing.';
comment on column bahi.hold.captured is 'Minor units of each leg that were captured so far, over-capture included; what is left of the amount is held while the status is held.';
