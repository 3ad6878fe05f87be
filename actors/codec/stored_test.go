package codec

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/queue"
)

// stored is one stored type: every test of the format goes through all of them.
type stored struct {
	kind   kind
	name   string
	append func(dst []byte, v any) []byte
	read   func(b []byte) (any, error)
	full   func() any           // every field set, all to different values
	draw   func(t *rapid.T) any // anything the machines may hold
}

// all lists what is stored. A type that is not here is found by
// TestEveryKindIsTested.
func all() []stored {
	return []stored{
		own(kindConversation, "conversation", AppendConversation, Conversation),
		own(kindChat, "chat", AppendChat, Chat),
		own(kindMessage, "message", AppendMessage, Message),
		own(kindOperator, "operator", AppendOperator, Operator),
		own(kindQueueHeader, "queue-header", AppendQueueHeader, QueueHeader),
		own(kindEntry, "entry", AppendEntry, Entry),
		own(kindMember, "member", AppendMember, Member),
		step[chat.Assign](kindAssign, "assign"),
		step[chat.SlotReserved](kindSlotReserved, "slot-reserved"),
		step[chat.SlotRefused](kindSlotRefused, "slot-refused"),
		step[chat.ForwardTo](kindForwardTo, "forward-to"),
		step[operator.Offer](kindOffer, "offer"),
		step[operator.Withdraw](kindWithdraw, "withdraw"),
		step[operator.Granted](kindGranted, "granted"),
		step[operator.Refused](kindRefused, "refused"),
		step[operator.Released](kindReleased, "released"),
		step[operator.Reserve](kindReserve, "reserve"),
		step[operator.Unreserve](kindUnreserve, "unreserve"),
		step[queue.Wait](kindWait, "wait"),
		step[queue.Leave](kindLeave, "leave"),
		step[queue.Availability](kindAvailability, "availability"),
		step[queue.Held](kindHeld, "held"),
		step[queue.Declined](kindDeclined, "declined"),
		work[chat.Deliver](kindDeliver, "deliver"),
		work[chat.Fetch](kindFetch, "fetch"),
		work[chat.Identify](kindIdentify, "identify"),
		work[chat.Index](kindIndex, "index"),
	}
}

func own[T any](k kind, name string, app func([]byte, T) []byte, read func([]byte) (T, error)) stored {
	return stored{
		kind: k, name: name,
		append: func(dst []byte, v any) []byte { return app(dst, v.(T)) },
		read:   func(b []byte) (any, error) { v, err := read(b); return v, err },
		full:   func() any { return full[T]() },
		draw:   draw[T],
	}
}

func step[T any](k kind, name string) stored {
	return own(k, name, func(dst []byte, v T) []byte {
		b, err := AppendStep(dst, v)
		if err != nil {
			panic(err)
		}
		return b
	}, func(b []byte) (T, error) {
		got, err := Step(b)
		return only[T](got, err)
	})
}

func work[T chat.Effect](k kind, name string) stored {
	return own(k, name, func(dst []byte, v T) []byte {
		b, err := AppendWork(dst, v)
		if err != nil {
			panic(err)
		}
		return b
	}, func(b []byte) (T, error) {
		got, err := Work(b)
		return only[T](got, err)
	})
}

// only refuses another type of the same family.
func only[T any](got any, err error) (v T, _ error) {
	if err != nil {
		return v, err
	}
	v, ok := got.(T)
	if !ok {
		return v, fmt.Errorf("%w: %T where %T was expected", ErrMalformed, got, v)
	}
	return v, nil
}

// greatest gives the greatest stored constant of every choice.
func greatest() map[reflect.Type]uint8 {
	return map[reflect.Type]uint8{
		reflect.TypeFor[chat.Phase]():           uint8(chat.Completed),
		reflect.TypeFor[chat.Delivery]():        uint8(chat.Unknown),
		reflect.TypeFor[chat.Direction]():       uint8(chat.Out),
		reflect.TypeFor[chat.AuthorKind]():      uint8(chat.System),
		reflect.TypeFor[chat.AttachmentState](): uint8(chat.TooBig),
		reflect.TypeFor[operator.Status]():      uint8(operator.Active),
		reflect.TypeFor[operator.Kind]():        uint8(operator.Live),
	}
}

// full sets every field of a T, at any depth, to a value of its own.
func full[T any]() T {
	var v T
	f := filler{}
	f.fill(reflect.ValueOf(&v).Elem())
	return v
}

type filler struct{ n int64 }

func (f *filler) fill(v reflect.Value) {
	f.n++
	if most, ok := greatest()[v.Type()]; ok {
		v.SetUint(uint64(f.n)%uint64(most) + 1)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text " + strconv.FormatInt(f.n, 10))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(f.n * 1_000_003 * (1 - 2*(f.n%2)))
	case reflect.Uint64:
		v.SetUint(math.MaxUint64 - uint64(f.n))
	case reflect.Float64:
		v.SetFloat(float64(f.n) / 7)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.Struct:
		f.fillStruct(v)
	default:
		panic("teach the codec and this test about " + v.Type().String())
	}
}

func (f *filler) fillStruct(v reflect.Value) {
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 3, 14, 9, 26, 53, int(f.n)*1_000_003, time.UTC)))
		return
	case reflect.TypeFor[chat.Policy]():
		return // never stored
	}
	for i := range v.NumField() {
		f.fill(v.Field(i))
	}
}

// draw draws a T as the machines may hold it: times in UTC, empty lists nil.
func draw[T any](t *rapid.T) any {
	types := map[reflect.Type]*rapid.Generator[any]{
		reflect.TypeFor[time.Time]():   anyTime().AsAny(),
		reflect.TypeFor[chat.Policy](): rapid.Just(chat.Policy{}).AsAny(),
		reflect.TypeFor[string]():      anyText().AsAny(),
	}
	for choice, most := range greatest() {
		types[choice] = rapid.Custom(func(t *rapid.T) any {
			v := reflect.New(choice).Elem()
			v.SetUint(uint64(rapid.Uint8Range(0, most).Draw(t, "choice")))
			return v.Interface()
		})
	}
	v := rapid.MakeCustom[T](rapid.MakeConfig{Types: types}).Draw(t, "value")
	trim(reflect.ValueOf(&v).Elem())
	return v
}

func anyTime() *rapid.Generator[time.Time] {
	return rapid.OneOf(
		rapid.Just(time.Time{}), rapid.Just(time.Unix(0, 0).UTC()),
		rapid.Custom(func(t *rapid.T) time.Time { return time.Unix(0, rapid.Int64().Draw(t, "nanoseconds")).UTC() }),
	).Filter(func(at time.Time) bool { return nanoseconds(at) == at.UnixNano() || at.IsZero() })
}

// anyText is not always valid UTF-8.
func anyText() *rapid.Generator[string] {
	bytes := rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 300), func(b []byte) string { return string(b) })
	return rapid.OneOf(rapid.Just(""), rapid.String(), bytes)
}

// trim turns empty lists into nil ones: storage does not tell them apart.
func trim(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		if v.Len() == 0 {
			v.SetZero()
		}
		for i := range v.Len() {
			trim(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			trim(v.Field(i))
		}
	}
}

func TestEveryKindIsTested(t *testing.T) {
	t.Parallel()
	known := map[kind]bool{}
	for _, s := range all() {
		known[s.kind] = true
		if b := s.append(nil, s.full()); kind(b[0]) != s.kind || b[1] != s.kind.version() {
			t.Errorf("%s begins with % x", s.name, b[:headLen])
		}
	}
	for _, c := range constants(t, ".", "kind") {
		if !known[kind(c.value)] {
			t.Errorf("%s is not in all()", c.name)
		}
	}
	if len(known) != len(constants(t, ".", "kind")) {
		t.Error("two kinds have one number")
	}
}
