package stand

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// ReadyLine is what a service logs when it serves: its role, and the address.
var ReadyLine = regexp.MustCompile(`msg="(ingestor|aggregator|query) ready".* addr=(\S+)`)

// AuditLine is the last line of an audit that found nothing: events, refused, cells, entities, series.
var AuditLine = regexp.MustCompile(`(?m)^audit: (\d+) events, (\d+) refused, (\d+) cells, (\d+) entities, (\d+) series, 0 different$`)

// Ready fails unless the service at an address (http://host:port) says that it is ready.
func Ready(ctx context.Context, service string) error {
	status, text, err := Fetch(ctx, service+"/readyz", nil)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("readyz: %d: %s", status, text)
	}
	return err
}

// Alarmed fails unless the service at an address is not ready for a reason, and its metrics show it.
func Alarmed(ctx context.Context, service, alarm string) error {
	status, text, err := Fetch(ctx, service+"/readyz", nil)
	if err != nil {
		return err
	}
	if status != http.StatusServiceUnavailable || !strings.Contains(string(text), alarm) {
		return fmt.Errorf("readyz: %d: %s", status, text)
	}
	return Shows(ctx, service, alarm)
}

// Shows fails unless the metrics of the service at an address show an alarm.
func Shows(ctx context.Context, service, alarm string) error {
	_, metrics, err := Fetch(ctx, service+"/metrics", nil)
	if err != nil {
		return err
	}
	gauge := `weir_alarm{name="` + alarm + `"} `
	if !strings.Contains(string(metrics), gauge) || strings.Contains(string(metrics), gauge+"0\n") {
		return fmt.Errorf("weir_alarm does not show %s", alarm)
	}
	return nil
}
