-- What is asked of the oldest waiting delivery is answered by the indexes of what waits: one index
-- less to write for each delivery, twice.

DROP INDEX inbox_oldest;
