package harvesters

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"
)

// Turns are the turns of hosts that several processes share (postgis.Store).
type Turns interface {
	// Turn takes that of a host, which ends with back, or with the process. back is nil
	// while another process has it, or while the host rests for so long.
	Turn(ctx context.Context, host string) (back func(), rest time.Duration, err error)
	// Rest keeps every process from a host for so long.
	Rest(ctx context.Context, host string, rest time.Duration) error
}

// turnPoll is how often it is asked whether another process is done with a host.
const turnPoll = 50 * time.Millisecond

// shared takes the turn of a host among the processes. While their database cannot be
// asked there are no others that could store anything, and no need to wait.
func (p *polite) shared(req *http.Request, host string) (back func(), err error) {
	ctx := req.Context()
	for p.turns != nil {
		back, rest, err := p.turns.Turn(ctx, host)
		switch {
		case ctx.Err() != nil:
			if back != nil {
				back()
			}
			return func() {}, ctx.Err()
		case err != nil:
			return func() {}, nil
		case back != nil:
			return back, nil
		case rest <= 0:
			rest = turnPoll + rand.N(turnPoll)
		}
		if err := sleep(req, rest); err != nil {
			return func() {}, err
		}
	}
	return func() {}, nil
}
