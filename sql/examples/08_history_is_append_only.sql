-- History refuses change, its owner's included. Run as the owner of the tables; the serving role may not even read them.
update entry set amount = 0;

delete from event where number = 1;

truncate batch;

update account_setting set floor = null;
