package e2e

import (
	"math/rand/v2"
	"testing"
	"time"
)

// kills is how often each shape is killed.
const kills = 24

// moment waits for a random while, at least from and less than to: for the moment at which something is
// done to what goes on meanwhile.
func moment(t *testing.T, choose *rand.Rand, from, to time.Duration) {
	t.Helper()
	select {
	case <-time.After(from + time.Duration(choose.Int64N(int64(to-from)))):
	case <-t.Context().Done():
	}
}

func TestKilledAtRandomMomentsNothingIsLostAndNothingCountsTwice(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		s := startEmbedded(t, setup{data: t.TempDir()})
		killThroughout(t, s, kills, func(*rand.Rand) []string { return []string{ingestor} }) // which is all
	})
	t.Run("real", func(t *testing.T) {
		s := startReal(t, setup{})
		killThroughout(t, s, kills, func(choose *rand.Rand) []string {
			switch choose.IntN(6) {
			case 0:
				return []string{ingestor}
			case 1:
				return []string{ingestor, aggregator}
			default:
				return []string{aggregator}
			}
		})
	})
}

// killThroughout kills what victims names again and again while events come; every fourth time it kills
// what was killed just before, while that starts.
func killThroughout(t *testing.T, s *system, kills int, victims func(*rand.Rand) []string) {
	t.Helper()
	n := seed(t)
	choose := rand.New(rand.NewPCG(n, n))
	tr := startTraffic(t, s, n)
	var roles []string
	for i := range kills {
		if i%4 == 3 {
			moment(t, choose, 10*time.Millisecond, 250*time.Millisecond)
		} else {
			for _, role := range roles {
				s.awaitReady(t, role)
			}
			roles = victims(choose)
			moment(t, choose, 300*time.Millisecond, 800*time.Millisecond)
		}
		for _, role := range roles {
			s.programs[role].kill(t)
		}
		for _, role := range roles {
			s.launch(t, role)
		}
	}
	for _, role := range roles {
		s.awaitReady(t, role)
	}
	tr.awaitMore(t, 1)
	tr.settle(t, s)
}
