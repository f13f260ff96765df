package engine

import (
	"errors"
	"fmt"
)

// What keeps a partition waiting. It is tried again for as long as it lasts, and nothing is lost meanwhile.
var (
	// ErrStoreMemory: the store has no room for what is written, and evicts nothing.
	ErrStoreMemory = errors.New("out of memory: the store refuses what is written until it has room")
	// ErrStoreDisk: the store keeps nothing that it could not keep after its own death.
	ErrStoreDisk = errors.New("not persisting: the store refuses what is written until its disk takes it")
	// ErrStore: the store does not answer, or not as it should.
	ErrStore = errors.New("the store cannot be used")
	// ErrLogDisk: a broker cannot write to its disk, or read from it.
	ErrLogDisk = errors.New("disk error: a broker cannot use the disk of its log")
	// ErrLogDamaged: what the log returns is not what was written to it.
	ErrLogDamaged = errors.New("damaged: the log does not return what was written")
	// ErrLog: the log does not answer, or not as it should.
	ErrLog = errors.New("the log cannot be used")
)

// alarms are the names of what people look up, the first that fits.
var alarms = []struct {
	err  error
	name string
}{
	{ErrFenced, "fenced"},
	{ErrDefinition, "definition_changed"},
	{ErrCorrupt, "state_corrupt"},
	{ErrStep, "step_failed"},
	{ErrLogChanged, "log_changed"},
	{ErrTrimmed, "offset_below_log_start"},
	{ErrMoved, ""}, // the partition goes on from where the store is
	{ErrStoreMemory, "store_out_of_memory"},
	{ErrStoreDisk, "store_disk_error"},
	{ErrStore, "store_unavailable"},
	{ErrLogDisk, "log_disk_error"},
	{ErrLogDamaged, "log_damaged"},
	{ErrLog, "log_unavailable"},
}

// Alarm is the name under which a reason to stop or to wait is looked up by people; empty where there is none.
func Alarm(err error) string {
	if err == nil {
		return ""
	}
	for _, a := range alarms {
		if errors.Is(err, a.err) {
			return a.name
		}
	}
	return "unexpected"
}

// final reports whether trying again would not help.
func final(err error) bool {
	for _, sentinel := range []error{ErrFenced, ErrDefinition, ErrCorrupt, ErrStep, ErrTrimmed, ErrLogChanged} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}

// of says whose error it is, the store's or the log's, where it has no name of its own.
func of(whose, err error) error {
	if err == nil || final(err) || errors.Is(err, ErrMoved) {
		return err
	}
	return fmt.Errorf("%w: %w", whose, err)
}

// hold tells once why the partition waits, and once, with nil, that it goes on.
func (r *Runner) hold(cause error) {
	alarm := Alarm(cause)
	if alarm == r.held {
		return
	}
	if alarm != "" {
		r.Logger.Error("partition is held", "partition", r.Partition, "alarm", alarm, "cause", cause)
	} else {
		r.Logger.Info("partition is no longer held", "partition", r.Partition, "alarm", r.held)
	}
	r.held = alarm
	if r.Observer != nil {
		r.Observer.Held(r.Partition, alarm)
	}
}
