package serve_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/serve"
)

var errFirst, errSecond = errors.New("first"), errors.New("second")

func TestWhenOneEndsTheOthersAreToldAndTheFirstErrorIsReturned(t *testing.T) {
	untilTold := func(err error) func(context.Context) error {
		return func(ctx context.Context) error {
			<-ctx.Done()
			return err
		}
	}
	after := func(d time.Duration, err error) func(context.Context) error {
		return func(context.Context) error {
			<-time.After(d)
			return err
		}
	}
	for _, c := range []struct {
		name string
		run  []func(context.Context) error
		want error
	}{
		{"none", nil, nil},
		{"all end well", []func(context.Context) error{after(1, nil), after(2, nil)}, nil},
		{"one fails", []func(context.Context) error{untilTold(nil), after(1, errFirst), untilTold(nil)}, errFirst},
		{"one ends well, and another fails when it is told", []func(context.Context) error{after(1, nil), untilTold(errSecond)}, errSecond},
		{"two fail", []func(context.Context) error{after(2, errSecond), after(1, errFirst)}, errFirst},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if err := serve.Beside(t.Context(), c.run...); !errors.Is(err, c.want) {
					t.Errorf("ended with %v, want %v", err, c.want)
				}
			})
		})
	}
}

func TestAllEndWhenTheContextDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		told := make(chan int, 3)
		var run []func(context.Context) error
		for i := range 3 {
			run = append(run, func(ctx context.Context) error {
				<-ctx.Done()
				told <- i
				return nil
			})
		}
		if err := serve.Beside(ctx, run...); err != nil || len(told) != 3 {
			t.Errorf("%v, %d told", err, len(told))
		}
	})
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := serve.Listen("http://127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestRequestsUnderWayAreFinishedBeforeHTTPEnds(t *testing.T) {
	l, arrived, release := listen(t), make(chan bool), make(chan bool)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-release
		_, _ = fmt.Fprint(w, "done")
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve.HTTP(ctx, l, handler) }()
	answer := make(chan string, 1)
	go func() {
		r, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer func() { _ = r.Body.Close() }()
		text, _ := io.ReadAll(r.Body)
		answer <- string(text)
	}()
	<-arrived
	cancel()
	for { // until no new connection is taken
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	select {
	case err := <-ended:
		t.Errorf("ended with %v while a request was under way", err)
	default:
	}
	close(release)
	if text := <-answer; text != "done" {
		t.Errorf("the request was answered with %q", text)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestHTTPEndsWithTheErrorOfItsListener(t *testing.T) {
	l := listen(t)
	_ = l.Close()
	if err := serve.HTTP(t.Context(), l, http.NotFoundHandler()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("ended with %v", err)
	}
}

func TestAnAddressThatIsTakenIsRefused(t *testing.T) {
	l := listen(t)
	defer func() { _ = l.Close() }()
	if _, err := serve.Listen(l.Addr().String()); err == nil {
		t.Error("the address was bound twice")
	}
}
