SELECT detail FROM audit
WHERE verb IN ('release', 'override') AND detail <> ''
