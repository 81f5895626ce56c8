-- The MAE of the methods of every grid against that of no regularizer, in per cent of it: the mean over look-backs of
-- MAE (method) / MAE (none) - 1, by data set, then the mean over data sets. Below 0 the method errs less. Look-backs without
-- all planned runs of both are left out.
WITH block AS (
  SELECT grid, model, dataset, lookback, horizon, method, min(entry.id) AS place, avg(mae) AS mae, avg(sparsity) AS sparsity
  FROM entry LEFT JOIN choice ON choice.setting = entry.setting LEFT JOIN run ON run.key = entry.run_key
  WHERE choice.candidate IS entry.candidate
  GROUP BY entry.setting HAVING count(*) = count(run.id)),
pair AS (
  SELECT grid, model, dataset, one.method, min(one.place) AS place, avg(one.sparsity) AS sparsity,
    100 * avg(one.mae / plain.mae - 1) AS difference
  FROM block AS one JOIN block AS plain USING (grid, model, dataset, lookback, horizon)
  WHERE plain.method = 'none' AND one.method <> 'none'
  GROUP BY grid, model, dataset, one.method)
SELECT grid, model, method, round(100 * avg(sparsity), 1) || '' AS "sparsity",
  round(sum(difference) FILTER (WHERE dataset = 'air-quality'), 1) || '' AS "air-quality",
  round(sum(difference) FILTER (WHERE dataset = 'bitcoin'), 1) || '' AS "bitcoin",
  round(sum(difference) FILTER (WHERE dataset = 'household-power'), 1) || '' AS "household-power",
  round(sum(difference) FILTER (WHERE dataset = 'sp500-index'), 1) || '' AS "sp500-index",
  round(avg(difference), 1) || '' AS "mean"
FROM pair GROUP BY grid, model, method ORDER BY min(place)
