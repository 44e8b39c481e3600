from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_password_reset_at")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="second_proof_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                null=True,
                verbose_name="premier mot de passe choisi par e-mail le",
            ),
        ),
    ]
