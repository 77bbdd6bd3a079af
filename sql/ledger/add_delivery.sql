INSERT INTO delivery (
    id, event, kind, time_period, source, recipient, subject, body, message_id, state, attempts, queued_at, tried_at,
    sent_at, message, attachment
)
VALUES (
    :id, :event, :kind, :time_period, :source, :recipient, :subject, :body, :message_id, :state, :attempts, :queued_at,
    :tried_at, :sent_at, :message, :attachment
)
ON CONFLICT DO NOTHING
