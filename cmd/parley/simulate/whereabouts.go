package simulate

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// whereabouts asks an administrator's way where chats still stand that should have come to rest: how many wait in
// which queue. It is help for whoever reads an unclean verdict; an error only means less help.
func (r *run) whereabouts(ctx context.Context) []Finding {
	if r.o.Admin == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	in, err := r.door.signIn(ctx, *r.o.Admin)
	if err != nil {
		return []Finding{{Kind: "unsettled", Note: err.Error()}}
	}
	defer func() { _ = r.door.signOut(context.WithoutCancel(ctx), in.Token) }()
	var page struct {
		Items []chatRow `json:"items"`
	}
	status, _, err := r.door.call(ctx, http.MethodGet, r.o.URL+"/api/v1/chats?state=waiting&limit=100", in.Token, nil, &page)
	if err != nil || status != http.StatusOK {
		return []Finding{{Kind: "unsettled", Note: fmt.Sprintf("the list of waiting chats cannot be read: status %d, %v", status, err)}}
	}
	queues := map[string]int{}
	for _, c := range page.Items {
		queues[c.Queue.ID]++
	}
	var out []Finding
	for _, q := range slices.Sorted(maps.Keys(queues)) {
		out = append(out, Finding{Kind: "unsettled", Note: fmt.Sprintf("%d chats wait in queue %s, the run's and others'", queues[q], q)})
	}
	return out
}
