"""The kinds of our messages, as their metadata names them: by it they are found again."""

ALERT = "helpdesk_alert"
CARD = "helpdesk_card"
COMMENT = "helpdesk_comment"
BOARD = "helpdesk_board"
RECEIPT = "helpdesk_receipt"
LINE = "helpdesk_line"
NOTICE = "helpdesk_notice"
REQUESTER_CARD = "helpdesk_requester_card"
DIGEST = "helpdesk_digest"
GREETING = "helpdesk_greeting"
# How the one identity begins of a message that announces too many tickets to name them all.
BATCH = "batch-"
