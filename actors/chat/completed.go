package chat

// finish is the owner's completion (S34).
func (t *turn) finish(c Finish) error {
	if err := t.owned(c.By, c.Chat); err != nil {
		return err
	}
	t.end(ByOperator)
	return nil
}

// close is an administrator's completion, in any open phase (S30).
func (t *turn) close(c Close) error {
	n, ok := t.number(c.Chat)
	switch {
	case !ok:
		return ErrForbidden
	case n < t.Opened, !t.Chat.Open():
		return ErrCompleted
	}
	t.end(ByAdministrator)
	return nil
}

// end completes the open chat without a child. A transfer on its way is undone:
// there is nothing left to transfer.
func (t *turn) end(reason Reason) {
	if t.Transfer.ID != "" {
		t.answer = &Answer{ID: t.Transfer.ID, Err: ErrCompleted}
		t.effect(Unreserve{Operator: t.Transfer.To.ID, Chat: t.Chat.ID, Transfer: t.Transfer.ID})
		t.Transfer = Transfer{}
	}
	t.complete(reason, "")
}
