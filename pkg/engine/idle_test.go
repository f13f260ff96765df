package engine_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/engine"
)

func TestAStoreThatLosesEverythingIsFilledAgainThoughNoRecordComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 50)
		_, stop := running(t, b.runner(newCounter()))
		b.settled()
		b.store.forget(1000)
		b.settled()
		if err := stop(); err != nil {
			t.Error(err)
		}
		if err := b.holds(); err != nil {
			t.Error(err)
		}
	})
}

func TestAnOwnerLearnsThatItIsFencedThoughNoRecordComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, 50)
		first, _ := running(t, b.runner(newCounter()))
		b.settled()
		_, stop := running(t, b.runner(newCounter()))
		if err := end(t, first); !errors.Is(err, engine.ErrFenced) {
			t.Errorf("the first owner ended with %v, want ErrFenced", err)
		}
		wait(time.Minute)
		if err := stop(); err != nil {
			t.Errorf("the second owner ended with %v", err)
		}
		if err := b.holds(); err != nil {
			t.Error(err)
		}
	})
}
