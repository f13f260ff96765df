package event

// ActivityLogged is the payload of activity.logged.
type ActivityLogged struct {
	Kind            string            `json:"kind" rule:"required,dimension" doc:"What was done: call, email, meeting, note, room or any other."`
	ID              string            `json:"id" rule:"id" doc:"Id of the activity."`
	Direction       string            `json:"direction" enum:"inbound,outbound,internal" doc:"Who turned to whom."`
	Owner           string            `json:"owner" rule:"dimension" doc:"Who did it; the deal's owner when absent."`
	DurationSeconds Optional[Decimal] `json:"duration_seconds" rule:"seconds" doc:"How long it took, in seconds."`
	Participants    []Participant     `json:"participants" rule:"list" doc:"The contacts who took part."`
	Thread          string            `json:"thread" rule:"reference" doc:"Id of the conversation."`
	ReplyTo         string            `json:"reply_to" rule:"id" doc:"Id of the activity that this one answers."`
}

// Participant is one contact of an activity.
type Participant struct {
	Contact string           `json:"contact" rule:"required,id" doc:"Id of the contact."`
	Role    Optional[string] `json:"role" rule:"dimension" doc:"The contact's role."`
}

// ActivityScheduled is the payload of activity.scheduled.
type ActivityScheduled struct {
	ID   string  `json:"id" rule:"required,id" doc:"Id of the activity."`
	Kind string  `json:"kind" rule:"required,dimension" doc:"What is planned: call, email, meeting, note, room or any other."`
	At   Instant `json:"at" rule:"required" doc:"When it shall take place."`
}

// ActivityCancelled is the payload of activity.cancelled.
type ActivityCancelled struct {
	ID string `json:"id" rule:"required,id" doc:"Id of the activity that will not take place."`
}
