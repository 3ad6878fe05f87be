package gateway

import "parley/gateway/channel"

// answerButton lets the customer's button end its waiting, once what was pressed is durable.
func (s *Server) answerButton(ch Channel, e *channel.Event) {
	if e.CallbackID != "" && s.deps.Answer != nil {
		s.deps.Answer(ch.Account.ID, e.CallbackID)
	}
}
