-- reads any file
CREATE EXTERNAL TABLE passwords STORED AS CSV LOCATION '/etc/passwd'
