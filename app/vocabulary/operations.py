from app.vocabulary.term import Term


class OperationKind(Term):
    """What takes longer than an answer may take."""

    WEBHOOK_REPLAY = "webhook_replay", "повторення подій вебхуку", "replaying the events of a webhook"
    CAMPAIGN_SENDING = "campaign_sending", "надсилання листів кампанії", "sending the letters of a campaign"


class OperationStatus(Term):
    """The last three are final: what is over never changes again."""

    QUEUED = "queued", "у черзі", "waiting to begin"
    RUNNING = "running", "виконується", "under way"
    DONE = "done", "виконано", "done"
    FAILED = "failed", "не вдалося", "failed"
    CANCELLED = "cancelled", "скасовано", "cancelled"
