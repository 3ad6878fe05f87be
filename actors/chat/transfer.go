package chat

// hand transfers the owner's chat: to a queue at once, to an operator as soon
// as that operator holds a slot (S40-S46).
func (t *turn) hand(c Hand) error {
	if err := t.owned(c.By, c.Chat); err != nil {
		return err
	}
	switch {
	case (c.ToQueue == "") == (c.ToOperator.ID == ""):
		return ErrBadRequest
	case c.ToOperator.ID == c.By.ID:
		return ErrSelf
	case t.Transfer.ID != "" && t.Transfer.ID == c.ID:
		t.later = c.ID // asked twice: one answer comes
		return nil
	case t.Transfer.ID != "":
		return ErrBadRequest
	case c.ToQueue != "":
		t.continueIn(Waiting, c.ToQueue, Person{}, ByTransfer)
		t.leaveNote(c.By, c.Note)
		t.reply = Handed{Child: t.Chat.ID}
		return nil
	}
	return t.ask(c)
}

// ask holds the transfer until the target operator has reserved a slot; until
// then the chat is its owner's as before (S43).
func (t *turn) ask(c Hand) error {
	if c.ID == "" {
		return ErrBadRequest
	}
	t.Transfer = Transfer{ID: c.ID, From: c.By, To: c.ToOperator, Note: c.Note, At: t.now}
	t.moved = true
	t.effect(Reserve{Operator: c.ToOperator.ID, Chat: t.Chat.ID, Transfer: c.ID})
	t.later = c.ID
	return nil
}

// slotReserved completes the chat and begins the child in the target's hands,
// in one turn (S46). A slot for a transfer that is no more is let go.
func (t *turn) slotReserved(c SlotReserved) {
	if !t.pending(c.Operator, c.Transfer) {
		t.effect(Unreserve{Operator: c.Operator, Chat: t.Chat.ID, Transfer: c.Transfer})
		return
	}
	transfer := t.Transfer
	t.Transfer = Transfer{}
	t.continueIn(InProgress, t.Chat.Queue, transfer.To, ByTransfer)
	t.leaveNote(transfer.From, transfer.Note)
	t.grant("transferred", transfer.ID)
	t.answer = &Answer{ID: transfer.ID, Reply: Handed{Child: t.Chat.ID}}
}

// slotRefused leaves the chat with its owner, who is told so (S43).
func (t *turn) slotRefused(c SlotRefused) {
	if !t.pending(c.Operator, c.Transfer) {
		return
	}
	t.answer = &Answer{ID: t.Transfer.ID, Err: ErrLimit}
	t.Transfer, t.moved = Transfer{}, true
}

// pending says whether the answer belongs to the transfer on its way.
func (t *turn) pending(operator, transfer string) bool {
	return transfer != "" && t.Transfer.ID == transfer && t.Transfer.To.ID == operator
}

// leaveNote puts the former owner's note at the head of the child. It is for
// the next operator and never leaves the house.
func (t *turn) leaveNote(from Person, note string) {
	if note == "" {
		return
	}
	t.line(Message{
		At: t.now, Direction: Out, Author: Author{Kind: System, ID: from.ID, Name: from.Name}, Text: note,
	})
}
