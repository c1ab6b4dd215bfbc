"""Chat platforms: Mattermost, Discord, Telegram, Rocket.Chat."""
