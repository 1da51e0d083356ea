"""What --demo adds for the page at `/`."""

import re


def test_the_demo_fills_the_page_once(start):
    server = start("--demo", "--set", "password_cost=10")
    people = dict(re.findall(r"^demo: (\w+) (\S{20})$", server.log, re.MULTILINE))
    assert set(people) == {"ada", "ben", "chen", "dina"} and len(set(people.values())) == 4

    def look(server):
        answer = server.post("/v1/auth/login", {"username": "chen", "password": people["chen"]})
        assert answer.status == 200, answer.body
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        rooms = server.request("GET", "/v1/rooms", headers=headers).json()["rooms"]
        return {
            room["name"]: (
                room["kind"], room["role"],
                server.request("GET", f"/v1/rooms/{room['id']}/messages", headers=headers).json()["messages"])
            for room in rooms
        }

    rooms = look(server)
    assert {name: room[:2] for name, room in rooms.items()} == {
        "Garden project": ("group", "member"), "Announcements": ("channel", "reader")}
    garden = rooms["Garden project"][2]
    assert len(garden) >= 5 and len({message["user_id"] for message in garden}) == 4
    assert {message.get("thread") for message in garden} == {None, garden[0]["seq"]}
    assert garden[0]["reactions"]
    assert server.stop() == 0
    again = start("--demo", "--set", "password_cost=10")
    assert "demo:" not in again.log
    assert look(again) == rooms


def test_the_demo_leaves_people_alone_who_are_there(start):
    server = start("--set", "password_cost=10")
    body = {"username": "Ada", "password": "correct horse battery", "display_name": "Somebody else"}
    assert server.post("/v1/auth/register", body).status == 201
    assert server.stop() == 0
    again = start("--demo", "--set", "password_cost=10")
    assert "demo:" not in again.log
    assert again.post("/v1/auth/login", {**body}).status == 200
