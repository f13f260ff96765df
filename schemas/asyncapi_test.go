package schemas_test

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/schemas"
)

// asyncAPI is what the description says of topics and messages.
type asyncAPI struct {
	Channels map[string]struct {
		Address string
	}
	Components struct {
		Messages map[string]struct {
			Name    string
			Payload struct {
				OneOf []struct {
					Ref string `json:"$ref"`
				}
			}
		}
	}
}

func readAsyncAPI(t *testing.T) (d asyncAPI) {
	t.Helper()
	text, err := schemas.AsyncAPI()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEveryTopicIsDescribedAndNoOther(t *testing.T) {
	var described, made []string
	for _, c := range readAsyncAPI(t).Channels {
		described = append(described, c.Address)
	}
	for _, topic := range eventlog.Topics(8) {
		made = append(made, topic.Name)
	}
	slices.Sort(described)
	slices.Sort(made)
	if !slices.Equal(described, made) {
		t.Errorf("described %v, made %v", described, made)
	}
}

func TestEveryTypeOfAnEventIsDescribed(t *testing.T) {
	messages := readAsyncAPI(t).Components.Messages
	for message, name := range map[string]string{"updated": publish.Updated, "corrected": publish.Corrected, "ticked": event.ClockTicked} {
		if got := messages[message].Name; got != name {
			t.Errorf("%s is %q, want %q", message, got, name)
		}
	}
	var described, contract []string
	for _, one := range messages["event"].Payload.OneOf {
		described = append(described, strings.TrimSuffix(path.Base(one.Ref), ".schema.json"))
	}
	for _, kind := range event.Kinds() {
		contract = append(contract, kind.String())
	}
	slices.Sort(described)
	slices.Sort(contract)
	if !slices.Equal(described, contract) {
		t.Errorf("described %v, in the contract %v", described, contract)
	}
}
