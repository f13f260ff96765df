package main

import (
	"os"
	"strings"
	"testing"
)

func TestRecordedRunsAreReportedAsWritten(t *testing.T) {
	for _, c := range []struct {
		name, recording, want string
		required, ok          bool
	}{
		{"absent real parts are named and forgiven", "absent.json", "absent.txt", false, true},
		{"absent real parts fail where they are required", "absent.json", "required.txt", true, false},
		{"every kind of failure is shown", "failed.json", "failed.txt", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			recording, err := os.Open("testdata/" + c.recording)
			if err != nil {
				t.Fatal(err)
			}
			defer recording.Close()
			want, err := os.ReadFile("testdata/" + c.want)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			ok, err := report(recording, &out, c.required)
			if err != nil {
				t.Fatal(err)
			}
			if ok != c.ok {
				t.Errorf("ok is %v, want %v", ok, c.ok)
			}
			if out.String() != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
			}
		})
	}
}

func TestARunThatProvesNothingFails(t *testing.T) {
	const passes = `{"Action":"pass","Package":"weir.dev/weir/pkg/event","Test":"TestDay"}
{"Action":"pass","Package":"weir.dev/weir/pkg/event"}
`
	for _, c := range []struct {
		name, stream, says string
		required, ok       bool
	}{
		{"one test passes", passes, "1 passed, 0 failed, 0 skipped\nreal parts: ran: none\nreal parts: not run: none\n", false, true},
		{"no real suite ran where they are required", passes, "failed: real parts are required: no suite ran", true, false},
		{
			"absent data is named and forgiven",
			passes + `{"Action":"pass","Package":"p","Test":"TestX/real"}` + "\n" + `{"Action":"pass","Package":"p","Test":"TestX"}` + "\n" +
				`{"Action":"output","Package":"p","Test":"TestY","Output":"    y_test.go:1: real part absent: data: D is unset\n"}` +
				"\n" + `{"Action":"skip","Package":"p","Test":"TestY"}` + "\n" + `{"Action":"pass","Package":"p"}`,
			"2 passed, 0 failed, 1 skipped\nreal parts: ran: p\nreal parts: not run: p (data): D is unset\n", true, true,
		},
		{"nothing ran", "", "failed: no test passed", false, false},
		{
			"a package began and never ended", passes + `{"Action":"start","Package":"weir.dev/weir/pkg/query"}`,
			"failed: pkg/query: never ended", false, false,
		},
		{
			"a skip without a word",
			passes + `{"Action":"skip","Package":"p","Test":"TestX"}` + "\n" + `{"Action":"pass","Package":"p"}`,
			"failed: p TestX: skipped, and not for an absent real part: without a reason", false, false,
		},
		{
			"a reason that only looks like an absent part",
			passes + `{"Action":"output","Package":"p","Test":"TestX","Output":"    x_test.go:1: no real part absent: redis: R is unset\n"}` +
				"\n" + `{"Action":"skip","Package":"p","Test":"TestX"}`,
			"failed: p TestX: skipped, and not for an absent real part: no real part absent", false, false,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			ok, err := report(strings.NewReader(c.stream), &out, c.required)
			if err != nil {
				t.Fatal(err)
			}
			if ok != c.ok || !strings.Contains(out.String(), c.says) {
				t.Errorf("ok is %v, want %v, and %q in:\n%s", ok, c.ok, c.says, out.String())
			}
		})
	}
}

func TestALineThatIsNotOfGoTestIsRefused(t *testing.T) {
	var out strings.Builder
	if _, err := report(strings.NewReader("panic: out of memory\n"), &out, false); err == nil {
		t.Errorf("no error, and the report:\n%s", out.String())
	}
}
