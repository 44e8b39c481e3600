"""What the terminal says to somebody who has just started the demo. The people are those of `manage.py demo`."""

PASSWORD = "demo-alloeu"  # noqa: S105 - everybody knows it; production refuses the demo

PEOPLE = {
    "patiente@demo.example": "patient with two children and a parent by proxy",
    "voisin@demo.example": "another patient, a stranger to her",
    "medecin@demo.example": "her attending doctor",
    "medecin2@demo.example": "doctor of the house, not in her care team",
    "kine@demo.example": "physiotherapist",
    "infirmiere@demo.example": "nurse",
    "orthophoniste@demo.example": "speech therapist",
    "psychologue@demo.example": "psychologist",
    "interne@demo.example": "intern",
    "secretariat@demo.example": "secretary",
    "coordination@demo.example": "coordinator",
    "psychiatre@demo.example": "visiting psychiatrist",
    "cardiologue@demo.example": "remote cardiologist",
    "dermatologue@demo.example": "remote dermatologist",
    "admin@demo.example": "administrator",
}


def how_to_sign_in(address: str, *, open_to_others: bool) -> str:
    lines = [f"Sign in at {address}/compte/login/ as one of these invented people, password {PASSWORD}:"]
    lines += [f"  {email:<27} {person}" for email, person in PEOPLE.items()]
    lines.append("Stop with Ctrl-C.")
    if open_to_others:
        lines.append("Careful: other machines can reach this demo, and its password is known to everybody.")
    return "\n".join(lines)
