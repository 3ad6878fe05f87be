package queue

import "time"

// Command is a wish.
type Command interface{ command() }

type (
	// Configure brings what the directory says. Members who left lose what they were asked.
	Configure struct{ Settings Settings }
	// Wait puts a chat into the queue; known = ignored.
	Wait struct {
		Chat  string
		Since time.Time
	}
	// Leave takes a chat out: taken By an operator, completed or transferred.
	Leave struct {
		Chat string
		Why  string
		By   Person
	}
	// Availability is an operator's own word about himself.
	Availability struct {
		Operator   string
		Version    uint64
		Active     bool
		Load       int
		InProgress int
		Limit      int
		LastTook   time.Time
	}
	// Held says that the operator's slot holds the offer. Version is that of the
	// Availability which counts it; 0 = unknown, then it is taken to follow.
	Held struct {
		Operator string
		Chat     string
		Deadline time.Time
		Version  uint64
	}
	// Declined says that the offer is not held (any more): declined, expired, inactive, limit.
	// Version is that of the Availability in force after it; 0 = unknown, then it is taken to follow.
	Declined struct {
		Operator string
		Chat     string
		Why      string
		Version  uint64
	}
	// Explain asks who was considered for a chat and why each was passed over (S29). It changes nothing.
	Explain struct{ Chat string }
	// Overview asks for the counts (S83, transfer menu). It changes nothing.
	Overview struct{}
	// Tick says that the due time has come.
	Tick struct{}
)

func (Configure) command()    {}
func (Wait) command()         {}
func (Leave) command()        {}
func (Availability) command() {}
func (Held) command()         {}
func (Declined) command()     {}
func (Explain) command()      {}
func (Overview) command()     {}
func (Tick) command()         {}
