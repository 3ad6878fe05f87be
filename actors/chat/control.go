package chat

// control is a change of thread control. Lost under an operator, the owner is
// told and sending is refused (S93). Passed to us while a bot had the chat, it
// goes on as a waiting child, the bot's transcript behind it (S91).
func (t *turn) control(c Control) {
	t.setLost(c.Lost)
	if !c.Lost && t.Chat.Phase == Bot {
		t.continueIn(Waiting, t.Chat.Queue, Person{}, ByHandover)
	}
}

func (t *turn) setLost(lost bool) {
	if t.Lost != lost {
		t.Lost, t.moved = lost, t.moved || t.Chat.Open()
	}
}
